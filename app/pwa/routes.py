from flask_smorest import Blueprint

blueprint = Blueprint("pwa", __name__, url_prefix="/api/v1")

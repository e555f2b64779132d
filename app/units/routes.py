from flask_smorest import Blueprint

blueprint = Blueprint("units", __name__, url_prefix="/api/v1")

from flask_smorest import Blueprint

blueprint = Blueprint("coverage", __name__, url_prefix="/api/v1")

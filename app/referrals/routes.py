from flask_smorest import Blueprint

blueprint = Blueprint("referrals", __name__, url_prefix="/api/v1")

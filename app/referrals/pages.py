from flask import Blueprint

blueprint = Blueprint("referrals_pages", __name__)

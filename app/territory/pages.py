from flask import Blueprint

blueprint = Blueprint("territory_pages", __name__)

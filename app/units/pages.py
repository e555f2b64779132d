from flask import Blueprint

blueprint = Blueprint("units_pages", __name__)

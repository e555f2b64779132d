from flask import Blueprint

blueprint = Blueprint("coverage_pages", __name__)

from flask import Blueprint

blueprint = Blueprint("pwa_pages", __name__)

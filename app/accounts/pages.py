from flask import Blueprint

blueprint = Blueprint("accounts_pages", __name__)

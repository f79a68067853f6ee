"""The HTTP reference, from the OpenAPI document that the server itself hands out."""


def http_operations() -> str:
    return ""


def http_schemas() -> str:
    return ""

from limner.contracts.request import TextToImage
from limner.server.web.form import fields


def test_the_form_has_every_field_of_the_contract_with_its_help() -> None:
    form = fields(TextToImage)
    assert set(form) == set(TextToImage.model_fields) - {"kind"}
    assert all(field.title and field.help.endswith(".") for field in form.values())


def test_the_forms_limits_are_the_contracts() -> None:
    form = fields(TextToImage)
    assert (form["num_inference_steps"].minimum, form["num_inference_steps"].maximum) == (1, 500)
    assert (form["width"].multiple_of, form["prompt"].max_length) == (8, 10_000)

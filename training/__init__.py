"""How the models that Limner ships were made: the illustrator, the trainers, the export and the measurement."""

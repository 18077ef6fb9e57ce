from . import card, charter, fare, personal_data, proof

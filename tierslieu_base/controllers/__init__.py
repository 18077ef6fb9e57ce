from . import card, charter, personal_data

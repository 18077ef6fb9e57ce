from . import card, charter, fare, import_files, personal_data, proof

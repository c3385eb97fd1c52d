"""The weighted lists that come with the house, fitted to example sentences (``python -m bench fit-detectors``)."""

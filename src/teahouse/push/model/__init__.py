"""Push rules as pure rules: what there is (``rules``), what it means (``evaluate``)."""

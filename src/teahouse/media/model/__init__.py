"""Rules of media: files and how they are served (``files``), pictures (``pictures``)."""

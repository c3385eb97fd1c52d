"""Going through everything that is sealed: anew under newer keys, page by page, while it is used.

``statements`` are made from the declarations of the stores; ``sweep`` reads a page and puts it
back; ``anew`` opens and seals it; ``roll`` gives people newer data keys; ``slots`` are the two
places of a blind index; ``freed`` gives forms that somebody has left to the next.
"""

"""Images as arrays (``mx.image``)."""

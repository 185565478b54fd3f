"""`manage.py demo`: Registrar with the data of a clinic network, on a machine of one's own."""

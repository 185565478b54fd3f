"""`manage.py load`: the operations of a file, done by the processes of the command."""

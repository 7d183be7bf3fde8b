"""What can be done with the objects of code analysis beyond the verbs that all have.

The operations are written once, as steps that every kind of client performs.
"""

"""Random calls on all databases at once, and on a model of them in plain Python.

``test_random_calls`` makes tables and calls at random, in transactions, savepoints and
batches, and demands the same outcome from every database and the model: the same
result, or an error of the same class.

=================  =================================================================
``model_table``    a table in Python: rows, and the constraints over them
``model``          the tables together: foreign keys, transactions, savepoints
``operation``      a call, as it is made on a database and on the model
``table_strategy`` random tables
``call_strategy``  random calls over the tables that there are
``machine``        what runs them everywhere and compares
=================  =================================================================
"""

"""One behaviour on every database: each case runs on every driver, twice.

``database`` is the unified interface, once over a driver alone and once through a
driver process; ``family`` is one with two related tables.  The files go by subject and
are meant to be read: what they state is what callers may rely on.

=====================  ===============================================================
writing                ``test_insert``, ``test_numbered_keys``, ``test_upsert``,
                       ``test_conflicts``, ``test_change``, ``test_returning``
reading                ``test_select``, ``test_order``, ``test_paging``,
                       ``test_stream``, ``test_aggregate``
conditions             ``test_where``, ``test_where_model``, ``test_where_refusals``
values                 ``test_values``, ``test_value_refusals``, ``test_large_values``
names and errors       ``test_names``, ``test_unknown_names``,
                       ``test_constraint_errors``
tables                 ``test_tables``, ``test_table_info``, ``test_alter``,
                       ``test_foreign_keys``, ``test_indexes``
transactions           ``test_transactions``, ``test_savepoints``, ``test_isolation``,
                       ``test_batch``
raw SQL                ``test_execute``, ``test_sql_text``
everything at once     ``random_calls``
=====================  ===============================================================
"""

"""Failures that systems of this kind have had, and the tests that keep them out.

Each entry happened to a driver process or to a peer of one; the tests are named after
what must hold.  Those that only a whole process and its clients can show are here, and
with database servers in ``servers``; the others are where their layer is tested.

1.  A consumer polled, and each call took as long as its interval.
        test_failures/test_stories.py::test_no_request_waits_for_a_poll
        test_supervision/test_driver_process.py::test_an_idle_driver_uses_no_cpu
2.  A commit queued behind those who waited for it.
        test_failures/test_stories.py::test_holder_of_the_write_lock_overtakes_all_who_wait_for_it
        test_server/test_scheduling.py::test_commit_of_the_holder_never_waits_behind_the_waiting
3.  A write that had timed out was repeated: an error, and two rows.
        test_failures/test_stories.py::test_write_that_ran_out_of_time_is_not_applied_later
        test_client/test_faults/test_lost_connection.py::test_write_whose_reply_was_lost_is_not_repeated
        test_failures/servers/test_deaf_server.py::test_a_write_that_waits_for_a_lock_too_long_is_not_applied_later
4.  ``transaction_id`` was taken and dropped.
        test_failures/test_stories.py::test_every_write_rolls_back_with_its_transaction
        test_failures/test_stories.py::test_batch_rolls_back_with_its_transaction
        test_drivers/conformance/test_transactions.py::test_every_write_rolls_back_with_its_transaction
5.  A client died inside a transaction, and nobody else could write.
        test_server/test_hostile_peers.py::test_transaction_of_a_killed_client_ends_though_a_fork_holds_its_socket
        test_client/test_processes.py::test_child_does_not_keep_its_parents_transaction_open
6.  SIGTERM was not heeded; a socket that was left stopped the next start.
        test_failures/test_crash_table.py::test_sigterm_answers_what_was_asked_before_the_driver_goes
        test_supervision/test_driver_recovery.py::test_sigterm_at_the_driver_drains_it
        test_supervision/test_driver_endpoint.py::test_what_a_killed_driver_left_never_stops_a_start
7.  A second driver took the socket of a live one.
        test_supervision/test_driver_endpoint.py::test_a_second_driver_on_a_live_endpoint_is_refused
8.  The client offered methods that the server did not know.
        test_failures/test_stories.py::test_every_method_of_the_client_is_known_to_the_driver
9.  Bytes could not be sent; a large message looked like a lost connection.
        test_failures/test_values.py::test_any_row_comes_back_with_its_types
        test_drivers/conformance/test_large_values.py::test_values_of_a_hundred_megabytes
        test_failures/test_stories.py::test_message_over_the_limit_is_an_error_of_its_own_and_is_not_repeated
10. A start was reported, and the socket never appeared.
        test_supervision/test_supervised_driver.py::test_ready_means_that_a_ping_was_served
11. A driver outlived its parent.
        test_supervision/test_program_ends.py::test_a_driver_goes_when_its_parent_is_killed
12. A full disk raised in the logging of the error, and ended the loop.
        test_failures/test_disk.py::test_each_member_of_a_group_that_does_not_fit_hears_of_its_own_row
        test_failures/test_disk.py::test_disk_that_fails_is_an_error_to_each_and_loses_nothing
        test_failures/servers/test_full_disk.py::test_what_does_not_fit_is_an_error_and_what_was_acknowledged_stays
        test_supervision/test_supervised_driver.py::test_a_log_handler_that_raises_stops_nothing
13. Parent and forked child read each other's replies.
        test_client/test_processes.py::test_forked_child_and_its_parent_use_connections_of_their_own
14. A health check waited for bulk work.
        test_failures/test_stories.py::test_pings_and_point_reads_are_quick_beside_a_bulk_load
        test_server/test_scheduling.py::test_reads_and_pings_go_on_beside_a_writer_and_a_scan
        test_failures/servers/test_deaf_server.py::test_requests_end_at_their_time_and_the_driver_recovers
15. A client that stalled kept everybody else out.
        test_server/test_hostile_peers.py::test_silent_peers_keep_nobody_out
        test_server/test_hostile_peers.py::test_peer_that_stops_in_a_message_keeps_nobody_out
        test_failures/test_stories.py::test_client_that_is_killed_while_it_sends_harms_nobody
        test_failures/test_descriptors.py::test_driver_is_not_held_up_by_who_waits_for_a_connection_to_the_database
16. ``where={"column": None}`` matched nothing.
        test_drivers/conformance/test_change.py::test_none_is_is_null
        test_drivers/conformance/test_where.py::test_operators_over_text
        test_failures/test_stories.py::test_what_python_says_means_the_same_on_the_wire
17. Pairs of ``order_by`` came from the wire as lists, and were refused.
        test_drivers/conformance/test_order.py::test_names_and_pairs
        test_failures/test_stories.py::test_what_python_says_means_the_same_on_the_wire
18. A semicolon or a percent sign inside of a text was taken for syntax.
        test_drivers/conformance/test_sql_text.py::test_a_literal_is_left_alone
        test_drivers/conformance/test_sql_text.py::test_comments_and_ends
        test_failures/test_stories.py::test_what_python_says_means_the_same_on_the_wire
19. Of many rows only the last one's id was told.
        test_drivers/conformance/test_insert.py::test_row_ids_of_many_rows_are_in_their_order
        test_client/test_methods.py::test_insert_many_returns_the_keys_in_order_however_many
20. Booleans and UUIDs had one type going in and another coming out.
        test_drivers/conformance/test_values.py::test_to_the_limits
21. Unix time was read as another kind of time: every file looked changed.
        test_drivers/conformance/test_values.py::test_unix_time_stays_the_number_that_it_is
        test_examples/test_index_project.py::test_a_tree_is_indexed_and_the_second_run_changes_nothing
22. A rename left the foreign keys of others behind.
        test_drivers/conformance/test_alter.py::test_a_renamed_table_keeps_its_rows_and_its_children
23. A composite key was written as two keys.
        test_drivers/conformance/test_tables.py::test_a_composite_key_is_one_key
        test_drivers/sync/test_sync.py::test_a_sync_creates_the_tables_with_their_constraints
24. A sync lost constraints, and found each table modified every time.
        test_drivers/sync/test_sync.py::test_a_sync_creates_the_tables_with_their_constraints
        test_drivers/sync/test_sync.py::test_the_second_sync_changes_nothing_and_says_so
        test_drivers/sync/test_sync.py::test_an_export_is_a_definition_of_the_same
25. Two processes that synced at once blocked each other.
        test_drivers/sync/test_concurrency.py::test_of_two_processes_one_applies
        test_drivers/sync/test_concurrency.py::test_threads_of_one_process_sync_once
26. A connection was put back with what its user had left on it.
        test_failures/test_stories.py::test_no_error_in_a_transaction_is_met_by_the_next_user
        test_drivers/test_driver_forms.py::test_a_session_put_back_after_an_error_is_clean
        test_failures/servers/test_pool.py::test_nothing_stays_open_after_errors
        test_failures/servers/test_pool.py::test_what_a_killed_client_held_is_free_and_clean
27. A read left a transaction open.
        test_drivers/test_driver_forms.py::test_a_read_leaves_no_transaction_open
        test_failures/servers/test_pool.py::test_reads_leave_no_transaction_open
28. A helper committed inside of its caller's transaction.
        test_drivers/conformance/test_transactions.py::test_nothing_inside_commits
        test_objects/test_transactions.py::test_a_transactions_repositories_join_it
29. Each cycle leaked a connection.
        test_failures/test_descriptors.py::test_no_cycle_of_a_client_leaks_a_descriptor
        test_failures/servers/test_pool.py::test_a_crowd_shares_the_connections_of_the_pool
        test_failures/servers/test_pool.py::test_all_connections_end_with_the_driver
30. A restart of the server left dead connections, each of which failed once.
        test_failures/servers/test_cut_connections.py::test_idle_connections_that_were_cut_are_replaced_before_anybody_notices
        test_failures/servers/test_server_death.py::test_nobody_notices_a_restart_while_the_driver_is_idle
31. A commit of unknown outcome was repeated, and written twice.
        test_failures/test_crash_table.py::test_nothing_is_lost_or_doubled_when_the_driver_is_killed_while
        test_client/test_faults/test_lost_transaction.py::test_run_transaction_does_not_repeat_what_may_have_been_applied
        test_failures/servers/test_cut_connections.py::test_a_write_whose_connection_is_cut_is_an_error_and_not_run_again
        test_failures/servers/test_server_death.py::test_no_acknowledged_row_is_lost_or_doubled_when_the_server_is_killed
32. Indexing a file again doubled its entities.
        test_objects/domain/test_save_analysis.py::test_saving_again_changes_nothing
        test_objects/domain/test_save_analysis.py::test_several_files_are_saved_at_once
        test_objects/domain/test_concurrency.py::test_readers_see_the_old_or_the_new
        test_objects/domain/test_concurrency.py::test_many_who_save_the_same_files_do_not_collide
        test_examples/test_index_project.py::test_a_tree_is_indexed_and_the_second_run_changes_nothing
33. A project was deleted while it was indexed, and the worker died of it.
        test_examples/test_index_project.py::test_a_project_deleted_in_the_middle_ends_the_job
        test_objects/domain/test_save_analysis.py::test_a_project_deleted_meanwhile_is_told_apart
        test_objects/domain/test_concurrency.py::test_a_worker_goes_on_when_a_project_is_deleted
34. Fields could not be cleared; malformed JSON became a default.
        test_objects/test_repository.py::test_a_field_can_be_cleared
        test_objects/domain/test_every_object.py::test_fields_come_back_and_can_be_cleared
        test_objects/test_stored_values.py::test_malformed_json_in_the_database_is_an_error
"""

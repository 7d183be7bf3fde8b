"""What each request of the unified interface does with the driver.

One class a family of requests; ``rpc_server`` puts them together.
"""

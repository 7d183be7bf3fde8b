"""The client for asyncio, against real driver processes and scripted ones."""

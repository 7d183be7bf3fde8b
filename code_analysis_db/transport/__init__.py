"""Bytes between a client and a driver process.

Framing, authentication, endpoints and sockets; nothing here knows what a message
means.
"""

"""Servers on 127.0.0.1 that stand in for the platforms: adapters are tested through sockets.

They share nothing with the adapters: what a platform does is written here a second time, from its
public documentation, and as strictly as we know it.
"""

"""Entry point of tools that still call ``setup.py``; the settings are in setup.cfg."""

from __future__ import annotations

from setuptools import setup

setup()

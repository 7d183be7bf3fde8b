"""Tests of the package 'transport'."""

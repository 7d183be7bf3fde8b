"""The results of the unified interface.

A façade over ``messages``; see :class:`BaseResult` for what they have in common.
"""

from __future__ import annotations

from .messages.base_result import BaseResult
from .messages.data_result import DataResult
from .messages.error_result import ErrorResult
from .messages.success_result import SuccessResult

__all__ = ["BaseResult", "SuccessResult", "ErrorResult", "DataResult"]

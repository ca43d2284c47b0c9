"""Paths inside a bundle, for those who fetch one. The rules stand where the manifest is read, a floor below."""

from aetherflow.core.documents.inner_paths import LONGEST_PATH as LONGEST_PATH
from aetherflow.core.documents.inner_paths import UnsafePath as UnsafePath
from aetherflow.core.documents.inner_paths import inner_path as inner_path

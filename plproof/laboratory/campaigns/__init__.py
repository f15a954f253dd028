"""Campaigns of many units of stress tests: processes, a journal, resumable and repeatable."""

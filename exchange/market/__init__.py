"""Closing prices, splits and mergers as dated facts; overrides of the calendars."""

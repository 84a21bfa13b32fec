"""From what the rooms below answer to what a page shows. Words and order are decided here, facts and rules are not."""

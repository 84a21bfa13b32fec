"""What the desk gives out as files: results, exhibits, the audit trail. Made by the worker, kept for download a while.

The same rows and the same instant make the same bytes. Nothing here decides who may have them: the desk does.
"""

"""Template filters over `kernel.wording`: how figures and dates read, on pages, papers and letters alike."""

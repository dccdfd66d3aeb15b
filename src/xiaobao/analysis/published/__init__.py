"""Published notices: their printed ratios computed again from the counts printed beside them."""

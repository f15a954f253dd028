"""Runs of gradient descent on batches of functions: the measured core, and with error bounds."""

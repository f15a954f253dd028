"""The numeric meaning of terms and propositions on a batch of interpretations."""

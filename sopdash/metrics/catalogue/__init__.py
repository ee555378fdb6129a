"""The figures, by stage of the operation. One `Metric` per figure, every field filled."""

"""The engines that hand out the tasks of a dataset; each needs the extra of its name."""

"""A local endpoint that answers in the place of CloudWatch and SageMaker."""

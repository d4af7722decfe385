"""A local endpoint that answers in place of CloudWatch and SageMaker."""

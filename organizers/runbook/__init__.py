"""What has to be done for an event: the list, each thing's form, and the marks that say what is done."""

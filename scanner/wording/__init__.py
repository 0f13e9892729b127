"""What words on screens and pages mean, wherever they stand: controls, boxes, rights."""

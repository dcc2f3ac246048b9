"""Sums the sales of one day and country: report.py FROM TO."""

import sys

from pyspark.sql import SparkSession

spark = SparkSession.builder.getOrCreate()
sales = spark.read.parquet(sys.argv[1])
sales.groupBy("shop").sum("amount").write.mode("overwrite").parquet(sys.argv[2])

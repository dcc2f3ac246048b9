"""Orders of one day without those that were cancelled: raw folder, clean folder, date."""

import sys

from pyspark.sql import SparkSession

raw, clean, day = sys.argv[1:]
spark = SparkSession.builder.appName("clean").getOrCreate()
orders = spark.read.json(f"{raw}{day}/")
orders.where("status <> 'CANCELLED'").write.mode("overwrite").parquet(f"{clean}day={day}/")

"""Counts which offers people look at together on one day, as the base of recommendations."""

import sys

from pyspark.sql import SparkSession

spark = SparkSession.builder.getOrCreate()
views = spark.read.parquet(f"s3://shop-events/views/{sys.argv[1]}/").select("visitor", "offer").distinct()
other = views.withColumnRenamed("offer", "other")
pairs = views.join(other, "visitor").where("offer < other").groupBy("offer", "other").count()
pairs.write.mode("overwrite").parquet(f"s3://recommendations/pairs/{sys.argv[1]}/")

"""Gives every address of a day the cell of the map that it lies in."""

import sys

import geohash
from pyspark.sql import SparkSession
from pyspark.sql.functions import udf

spark = SparkSession.builder.getOrCreate()
cell = udf(lambda latitude, longitude: geohash.encode(latitude, longitude, 7))
addresses = spark.read.parquet(f"s3://addresses/{sys.argv[1]}/")
located = addresses.withColumn("cell", cell("latitude", "longitude"))
located.write.mode("overwrite").parquet(f"s3://geocoded/{sys.argv[1]}/")

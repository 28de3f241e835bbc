# The image of compare_images and enrol: libraries and face models on OpenWhisk's Python, none of our
# handlers. Build it from the repository's root:
#   docker build --file runtimes/python-ml.Dockerfile --tag findme/python-ml:0.1.0 .
ARG BASE=openwhisk/action-python-v3.11:nightly

FROM ${BASE} AS packages
COPY requirements/build.txt requirements/faces.txt /tmp/
RUN pip install --no-cache-dir --require-hashes --target /opt/build -r /tmp/build.txt \
 && PYTHONPATH=/opt/build pip install --no-cache-dir --require-hashes --no-deps --no-build-isolation \
      --target /opt/faces -r /tmp/faces.txt \
    # Two of the four models are read: the others are 99 MB.
 && rm /opt/faces/face_recognition_models/models/shape_predictor_68_face_landmarks.dat \
       /opt/faces/face_recognition_models/models/mmod_human_face_detector.dat

FROM ${BASE}
# The action's process sees no variable of this image, so the packages go where it looks by itself.
COPY --from=packages /opt/faces /usr/local/lib/python3.11/site-packages

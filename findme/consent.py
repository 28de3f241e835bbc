"""What a person agrees to before their first photo is read.

The version is recorded with the consent: change it whenever the text changes.
"""

VERSION = "2026-11-20"

TEXT = (
    "FindMe looks for you in photos that others posted. To do that it measures your face in the "
    "photos you give it here: 128 numbers for each photo, called a face encoding. That is "
    "biometric data, and it is used for nothing but the searches that you start yourself.",
    "Your photos are measured and not kept. The encodings are kept until the date shown after "
    "you add a photo, and the results of a search until the date shown with it; then both "
    "delete themselves.",
    "Faces of other people in the photos found are compared in memory and never stored.",
    "You can delete everything about you at any time with one button on this page, "
    "and you get a receipt that lists what was deleted.",
)

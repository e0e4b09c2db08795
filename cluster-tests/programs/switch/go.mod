module atoll/switch

go 1.26
